// duckdb.mjs FOLDER ROWS THREADS memory|csv|ndjson: exact decimals; from a table in memory to another, or from a file to a file.
import { DuckDBInstance } from '@duckdb/node-api'
import { serve } from './rows.mjs'

const [folder, rows, threads, form] = process.argv.slice(2)
const connection = await (await DuckDBInstance.create(':memory:', { threads })).connect()
const types = "{'on': 'DATE', 'gross': 'DECIMAL(18,2)', 'so_far': 'DECIMAL(18,2)', 'on_azure': 'BOOLEAN', 'supported': 'BOOLEAN', 'declines': 'BOOLEAN'}"
const from = { csv: `read_csv('${rows}.csv', header = true, columns = ${types})`, ndjson: `read_ndjson('${rows}.ndjson', columns = ${types})`, memory: 'input' }
const bounded = x => `least(greatest(${x}, 0::DECIMAL(18,2)), 38000000000.00::DECIMAL(18,2))`
const share = `CASE WHEN "on" <= DATE '2030-12-31' THEN round_even(gross * 0.20, 2)::DECIMAL(18,2) ELSE 0::DECIMAL(18,2) END`
const query = `SELECT "on" >= DATE '2019-07-22' AND "on" <= DATE '2032-12-31' AS active,
  "on" >= DATE '2019-07-22' AND "on" < DATE '2026-04-27' AS exclusive,
  (${bounded(`so_far + ${share}`)} - ${bounded('so_far')})::DECIMAL(18,2) AS share,
  on_azure OR (NOT supported AND declines) AS first FROM ${from[form]}`
if (form === 'memory') await connection.run(`CREATE TABLE input AS SELECT * FROM ${from.csv}`)
const target = `${folder}/duckdb.${form}`
const sums = source => `SELECT count(*) FILTER (active), count(*) FILTER (exclusive), (sum(share) * 100)::BIGINT, count(*) FILTER (first) FROM ${source}`
const answers = "{'active': 'BOOLEAN', 'exclusive': 'BOOLEAN', 'share': 'DECIMAL(18,2)', 'first': 'BOOLEAN'}"
await serve(
  () => connection.run(form === 'memory' ? `CREATE OR REPLACE TABLE output AS ${query}` : `COPY (${query}) TO '${target}' (${form === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT json'})`),
  async () => (await connection.runAndReadAll(sums(form === 'memory' ? 'output' : form === 'csv' ? `read_csv('${target}', columns = ${answers})` : `read_ndjson('${target}', columns = ${answers})`)))
    .getRows()[0].join(' '))
