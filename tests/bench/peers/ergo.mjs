// ergo.mjs FOLDER ROWS: Accord Ergo, compiled to JavaScript, its clause called directly. Amounts are doubles, rounded here to compare them.
import ergo from '@accordproject/ergo-compiler'
import vm from 'node:vm'
import { day, records, serve } from './rows.mjs'

const source = `namespace bench
define concept Terms { limit : Double }
define concept Row { gross : Double, sofar : Double, inshare : Boolean, inlicence : Boolean, wasexclusive : Boolean, onazure : Boolean, supported : Boolean, declines : Boolean }
define concept Answer { active : Boolean, exclusive : Boolean, share : Double, first : Boolean }
define function bounded(x : Double, limit : Double) : Double { return max([min([x, limit]), 0.0]) }
contract Bench over Terms {
  clause answer(row : Row) : Answer {
    let share = if row.inshare then row.gross * 0.2 else 0.0;
    return Answer{ active: row.inlicence, exclusive: row.wasexclusive,
      share: bounded(row.sofar + share, contract.limit) - bounded(row.sofar, contract.limit),
      first: row.onazure or (!row.supported and row.declines) }
  }
}
`
const compiled = ergo.Compiler.compileToJavaScript([{ name: 'bench.ergo', content: source }], [], null, 'es6', true, false)
if (compiled.error) throw new Error(compiled.error.fullMessage)
const context = vm.createContext({ dayjs: { extend() {}, utc() {} }, dayjs_utc: {} })
vm.runInContext(`${compiled.success}\nthis.contract = benchXBench`, context)
const typed = (type, data) => ({ $class: [`bench.${type}`], $data: data })
const rows = records(`${process.argv[3]}.csv`).map(r => {
  const today = day(r.on)
  return typed('Row', { gross: Number(r.gross), sofar: Number(r.so_far), inshare: today <= 22279, inlicence: today >= 18099 && today <= 23010,
    wasexclusive: today >= 18099 && today < 20570, onazure: r.on_azure, supported: r.supported, declines: r.declines })
})
const terms = typed('Terms', { limit: 38000000000 })
let out = []
await serve(() => {
  out = rows.map(row => context.contract.answer({ __state: null, __emit: { $coll: [], $length: 0 }, __contract: terms, row }).$left.__response.$data)
}, () => out.reduce((s, r) => [s[0] + r.active, s[1] + r.exclusive, s[2] + Math.round(r.share * 100), s[3] + r.first], [0, 0, 0, 0]).join(' '))
