import { type ApprovalStage, stageOf } from '@agentguard/approvals'
import type { EffectExplanation } from '@agentguard/policy'
import type { ActionRequest, Approval, FurtherAction } from '@agentguard/protocol'
import { html } from 'hono/html'
import type { Markup } from './page.ts'
import { visible } from './visible.ts'

/** What a person sees of an approval. Secrets have been taken out of all of it. */
export interface ApprovalView {
  readonly approval: Approval
  readonly tenant: string
  /** How many asks of this action wait together. */
  readonly alike: number
  /** What the policy in force says of each of the action's effects. */
  readonly effects: readonly EffectExplanation[]
  /** Where the forms are sent. Absent when this person cannot answer. */
  readonly form?: AnswerForm
  /** What to say first: what an answer led to. */
  readonly message?: string
}

export interface AnswerForm {
  readonly url: string
  /** What proves that the form is ours: the session's CSRF secret, or the token of a link. */
  readonly proof: { readonly name: 'csrf' | 'token'; readonly value: string }
  /** Of the asks of this action, those that the person has seen. */
  readonly ids: readonly string[]
}

/** The body of the page on which a person looks at an action and answers. */
export function approvalPage(view: ApprovalView): Markup {
  const { approval, message, effects, form } = view
  const stage = stageOf(approval)
  return html`
${message === undefined ? '' : html`<p class="note" role="status">${message}</p>`}
<p class="${stages[stage].look}"><strong>${stages[stage].says}</strong></p>
${questionTable(view)}
<h2>What the agent asks to do</h2>
${actionTable(approval.request)}
${(approval.request.actions ?? []).map(
  (further, at) => html`<h2>Part ${at + 2} of the same call</h2>${actionTable(further)}`
)}
${effects.length === 0 ? '' : effectTable(effects)}
${votes(approval)}
${stage === 'pending' ? answerForm(form) : ''}`
}

const stages: Readonly<Record<ApprovalStage, { readonly says: string; readonly look: string }>> = {
  pending: { says: 'Waiting for an answer', look: 'wait' },
  approved: { says: 'Approved, and not executed yet', look: 'good' },
  denied: { says: 'Denied', look: 'bad' },
  consumed: { says: 'Approved and executed', look: 'good' },
  expired: { says: 'Expired: nobody answered or used it in time', look: 'bad' }
}

function questionTable({ approval, tenant, alike }: ApprovalView): Markup {
  const { request, result } = approval
  return table([
    ['Why it is asked', result.reason],
    ['Rule', result.matched_rule],
    ['Stands in', ruleSource(approval)],
    ['Agent', request.agent_id || 'gave no name'],
    ['Credential', approval.requested_by],
    ['Session', request.session_id],
    ['Tenant', tenant],
    ['Asked at', approval.created_at],
    ['Waits until', approval.expires_at],
    [
      'Asked for',
      alike > 1 ? `${alike} times; the answer is for all of them, each runs once` : undefined
    ],
    ['Who may answer', approval.approvers?.join(', ')],
    ['Needs', approval.quorum === undefined ? undefined : `${approval.quorum} people`],
    ['Answered by', approval.resolved_by],
    ['Comment', approval.comment],
    ['Context', approval.context && JSON.stringify(approval.context)],
    ['Digest', approval.digest]
  ])
}

function ruleSource({ result }: Approval): string | undefined {
  const { rule_source: source } = result
  return source && `${source.file ?? 'the policy'}, line ${source.line}`
}

type Shown = Omit<ActionRequest, 'actions'> & Pick<FurtherAction, 'derived'>

function actionTable(action: Shown): Markup {
  const { scope, action: verb, command, path, domain, url, est_cost: cost, meta = {} } = action
  const { unknown_effect: unknown, derived } = action
  return html`${table([
    ['Scope', scope],
    ['Action', verb],
    ['Cannot be known', unknown === '' ? 'the client does not say what' : unknown],
    ['Derived from the call', derived]
  ])}${[
    ['Command', command],
    ['Path', path],
    ['Domain', domain],
    ['URL', url]
  ].map(([name, text]) => (text ? html`<h2>${name}</h2><pre>${visible(text)}</pre>` : ''))}${
    cost === undefined ? '' : table([['Cost', `$${cost}`]])
  }${
    Object.keys(meta).length === 0
      ? ''
      : html`<h2>Arguments and details</h2>${table(Object.entries(meta).toSorted(byName))}`
  }`
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1
}

function effectTable(effects: readonly EffectExplanation[]): Markup {
  return html`<h2>What it amounts to, by the policy in force now</h2>
<table><thead><tr><th>Effect</th><th>Verdict</th><th>Rule</th></tr></thead><tbody>
${effects.map(
  (effect) =>
    html`<tr><td>${effect.scope} ${effect.action[0] ?? ''} <code>${visible(
      effect.command[0] ?? effect.domain[0] ?? effect.path[0] ?? ''
    )}</code></td><td>${effect.verdict.decision}</td><td>${visible(
      effect.verdict.matched_rule ?? effect.verdict.reason
    )}</td></tr>`
)}
</tbody></table>`
}

function votes({ votes: given = [] }: Approval): Markup | string {
  if (given.length === 0) return ''
  return html`<h2>Answers so far</h2>${table(
    given.map(({ by = 'somebody', decision, comment, at }) => [
      by,
      `${decision} at ${at}${comment === undefined ? '' : `: ${comment}`}`
    ])
  )}`
}

function answerForm(form: AnswerForm | undefined): Markup {
  if (!form) return html`<p class="note">You may look at this and not answer it.</p>`
  const { url, proof, ids } = form
  return html`<form method="post" action="${url}">
<input type="hidden" name="${proof.name}" value="${proof.value}">
${ids.map((id) => html`<input type="hidden" name="only" value="${id}">`)}
<label for="comment">Comment (kept in the log)</label>
<textarea id="comment" name="comment" rows="2" maxlength="4096"></textarea>
<div class="choices">
<button class="approve" name="decision" value="ALLOW">Approve</button>
<button class="deny" name="decision" value="DENY">Deny</button>
</div>
</form>`
}

function table(rows: readonly (readonly [string, string | undefined])[]): Markup {
  return html`<table><tbody>${rows.map(([name, text]) =>
    text ? html`<tr><th scope="row">${visible(name)}</th><td>${visible(text)}</td></tr>` : ''
  )}</tbody></table>`
}
