/** The style of all pages. It is part of each, so that a page loads nothing. */
export const style = `
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --bad: #c0392b; --good: #1e8449; --wait: #b9770e }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem; font: 16px/1.5 system-ui, sans-serif }
header { display: flex; align-items: baseline; justify-content: space-between; gap: 1rem; border-bottom: 1px solid var(--line) }
h1 { font-size: 1.25rem } h2 { font-size: 1rem; margin: 1.5rem 0 .25rem }
pre, code { font: 14px/1.45 ui-monospace, monospace }
pre { margin: 0; padding: .5rem .75rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; background: var(--soft); border: 1px solid var(--line); border-radius: 6px }
table { width: 100%; border-collapse: collapse } th, td { padding: .35rem .75rem .35rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
th { width: 11rem; font-weight: 600 } thead th { width: auto }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
input[type=password], textarea { width: 100%; padding: .5rem; font: inherit; border: 1px solid var(--line); border-radius: 6px; background: Field; color: FieldText }
button { padding: .6rem 1.4rem; font: inherit; font-weight: 600; color: #fff; border: 0; border-radius: 6px; cursor: pointer; background: #444 }
button:focus-visible, a:focus-visible, textarea:focus-visible, input:focus-visible { outline: 3px solid Highlight; outline-offset: 2px }
.approve { background: var(--good) } .deny { background: var(--bad) }
.choices { display: flex; gap: 1rem; margin-top: 1rem }
.note { padding: .5rem .75rem; border-left: 4px solid var(--wait); background: var(--soft) }
.bad { color: var(--bad) } .good { color: var(--good) } .wait { color: var(--wait) }
`
