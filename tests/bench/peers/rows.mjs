// What a peer is told, line by line: `run` does the work once, `sums` says what came out. And the rows it works on.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

export const day = text => Date.parse(text) / 86400000
export const cents = text => Number(text.replace('.', ''))
export const records = path => readFileSync(path, 'utf8').trimEnd().split('\n').slice(1).map(line => {
  const [on, gross, so_far, on_azure, supported, declines] = line.split(',')
  return { on, gross, so_far, on_azure: on_azure === 'true', supported: supported === 'true', declines: declines === 'true' }
})

export async function serve(run, sums) {
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      if (line === 'run') await run()
      console.log(line === 'run' ? 'done' : await sums())
    } catch (e) {
      console.log(String(e.message).split('\n')[0])
    }
  }
  process.exit(0)
}
