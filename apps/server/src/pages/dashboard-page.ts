import type { ApprovalGroup } from '@agentguard/approvals'
import type { ActionRequest, AuditEntry } from '@agentguard/protocol'
import { html } from 'hono/html'
import type { DecisionCounts } from '../metrics/decision-counts.ts'
import type { Markup } from './page.ts'
import { visible } from './visible.ts'

/** What the dashboard shows of a tenant. Secrets have been taken out of all of it. */
export interface DashboardView {
  readonly counts: DecisionCounts
  readonly pending: readonly ApprovalGroup[]
  /** The latest verdicts, the newest first. */
  readonly latest: readonly AuditEntry[]
  /** The path of the page of an approval. */
  readonly pathOf: (id: string) => string
}

/** The body of the page that shows what is going on. */
export function dashboardPage({ counts, pending, latest, pathOf }: DashboardView): Markup {
  return html`
<table><thead><tr><th>Total</th><th>Allowed</th><th>Denied</th><th>Pending approval</th></tr></thead>
<tbody><tr><td>${counts.allowed + counts.denied + counts.approvals}</td><td>${counts.allowed}</td><td>${counts.denied}</td><td>${pending.length}</td></tr></tbody></table>
<h2>Waiting for an answer</h2>
${pending.length === 0 ? html`<p>Nothing waits.</p>` : pendingTable(pending, pathOf)}
<h2>Latest verdicts</h2>
${latest.length === 0 ? html`<p>Nobody has asked yet.</p>` : verdictTable(latest)}`
}

function pendingTable(pending: readonly ApprovalGroup[], pathOf: DashboardView['pathOf']): Markup {
  return html`<table><thead><tr><th>Asked at</th><th>Agent</th><th>Action</th><th></th></tr></thead><tbody>
${pending.map(
  ({
    approval,
    ids
  }) => html`<tr><td>${approval.created_at}</td><td>${visible(approval.request.agent_id ?? '')}</td>
<td>${approval.request.scope} <code>${visible(subjectOf(approval.request))}</code>${
    ids.length > 1 ? ` (${ids.length} times)` : ''
  }</td>
<td><a href="${pathOf(approval.id)}">Look and answer</a></td></tr>`
)}
</tbody></table>`
}

function verdictTable(latest: readonly AuditEntry[]): Markup {
  return html`<table><thead><tr><th>Time</th><th>Verdict</th><th>Agent</th><th>Action</th><th>Why</th></tr></thead><tbody>
${latest.map(
  ({ timestamp, agent_id: agent, request, result }) => html`<tr><td>${timestamp}</td>
<td class="${looks[result.decision]}">${result.decision}</td><td>${visible(agent)}</td>
<td>${request.scope} <code>${visible(subjectOf(request))}</code></td><td>${visible(result.reason)}</td></tr>`
)}
</tbody></table>`
}

const looks = { ALLOW: 'good', DENY: 'bad', REQUIRE_APPROVAL: 'wait' } as const

/** What an action is about, in the one line that a table has for it. */
function subjectOf({ command, path, domain, url, action }: ActionRequest): string {
  const subject = command || path || domain || url || action || ''
  return subject.length > longest ? `${subject.slice(0, longest)}…` : subject
}

const longest = 300
