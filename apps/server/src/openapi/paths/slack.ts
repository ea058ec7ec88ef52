import type { Paths } from '../document.ts'
import { operation } from '../operation.ts'
import { nothingThere } from '../other-methods.ts'
import { empty, text } from '../responses.ts'

/** What Slack sends. */
export const slackPaths: Paths = {
  '/v1/slack/actions': {
    post: operation({
      operationId: 'slackActions',
      tag: 'Pages',
      summary: 'Take the press of a button in Slack',
      description:
        'Where the server knows the signing secret of the Slack app only. The signature of the request says that it is from Slack; who pressed the button has to be among the approvers of Slack that the operator has named.',
      parameters: [
        {
          name: 'X-Slack-Request-Timestamp',
          in: 'header',
          required: true,
          description: 'When Slack sent it, in seconds since 1970.',
          schema: { type: 'string' }
        },
        {
          name: 'X-Slack-Signature',
          in: 'header',
          required: true,
          description: 'The signature of the body and the time.',
          schema: { type: 'string' }
        }
      ],
      body: {
        required: true,
        content: {
          'application/x-www-form-urlencoded': {
            schema: {
              type: 'object',
              properties: { payload: { type: 'string', description: 'JSON, as Slack makes it.' } },
              required: ['payload']
            }
          }
        }
      },
      answers: {
        200: empty('Taken. What became of it is said in Slack.'),
        400: text('The payload is not that of a button.', 'The payload is not that of a button'),
        401: text(
          'The request is not from Slack, or too old.',
          'The signature is not that of Slack'
        ),
        413: text('The body is larger than 256 KiB.', 'Request body too large')
      }
    }),
    'x-agentguard-other-methods': nothingThere
  }
}
