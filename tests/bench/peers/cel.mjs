// cel.mjs FOLDER ROWS: CEL expressions, parsed once, evaluated row by row. Integers; CEL has no rounding of halves to even.
import { evaluate, parse } from 'cel-js'
import { cents, day, records, serve } from './rows.mjs'

const rows = records(`${process.argv[3]}.csv`).map(r => ({ ...r, day: day(r.on), gross: cents(r.gross), so_far: cents(r.so_far) }))
const limit = 3800000000000
const bounded = x => `(${x} < 0 ? 0 : ${x} > ${limit} ? ${limit} : ${x})`
const whole = x => parse(x).cst
const active = whole('day >= 18099 && day <= 23010'), exclusive = whole('day >= 18099 && day < 20570')
// 20% of cents is never a tie: the nearest is the floor of (gross + 2) / 5.
const share = whole('day <= 22279 ? (gross + 2 - (gross + 2) % 5) / 5 : 0')
const earned = whole(`${bounded('(so_far + share)')} - ${bounded('so_far')}`)
const first = whole('on_azure || (!supported && declines)')
let out = []
await serve(() => {
  out = rows.map(r => [evaluate(active, r), evaluate(exclusive, r), evaluate(earned, { ...r, share: evaluate(share, r) }), evaluate(first, r)])
}, () => out.reduce((s, r) => s.map((x, k) => x + Number(r[k])), [0, 0, 0, 0]).join(' '))
