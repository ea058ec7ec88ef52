export type { RetrySettings } from './backoff.ts'
export type { Clock } from './clock.ts'
export type { AnswerUrl } from './create-target.ts'
export type { DeadLetter, DeadLetters, DeadReason } from './dead-letter.ts'
export type { Delivery, Notification, NotificationType } from './notification.ts'
export {
  createNotifier,
  type Notifier,
  type NotifierOptions,
  type TenantSettings
} from './notifier.ts'
export { maskUrl, type NotifierEvent, type ShownTarget } from './notifier-event.ts'
export type { NotificationSettings, TargetSettings } from './settings.ts'
export {
  readSlackCallback,
  type SlackCallback,
  type SlackCallbackResult
} from './slack-callback.ts'
export { type SlackRequest, verifySlackSignature } from './slack-signature.ts'
export type { Fetch } from './targets/post.ts'
export {
  type ReceivedWebhook,
  type SignedWebhook,
  signWebhook,
  verifyWebhook,
  type WebhookHeaders,
  type WebhookVerification
} from './webhook-signature.ts'
