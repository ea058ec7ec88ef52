import { fuzz } from './fuzz.ts'

const [count = '100000', seed = String(Date.now() % 2 ** 31)] = process.argv.slice(2)
const batch = 2000
let allowed = 0
let escapes = 0
console.log(`seed ${seed}, ${count} scripts`)
for (let done = 0; done < Number(count); done += batch) {
  const report = await fuzz(Number(seed) + done, Math.min(batch, Number(count) - done))
  allowed += report.allowed
  escapes += report.escapes.length
  for (const { script, marker } of report.escapes) console.log(`ESCAPE ${marker}: ${JSON.stringify(script)}`)
  if (done % 10_000 === 0) console.log(`${done + batch} scripts, ${allowed} allowed and run, ${escapes} escapes`)
}
console.log(`${count} scripts, ${allowed} allowed and run, ${escapes} escapes`)
process.exitCode = escapes > 0 ? 1 : 0
