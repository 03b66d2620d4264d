/** Why something a client sent, or meant to send, is not here: in words, and whether somebody wanted it so. */
export interface LossReason {
  text: string
  isWanted: boolean
}

const wanted = (text: string): LossReason => ({ text, isWanted: true })
const lost = (text: string): LossReason => ({ text, isWanted: false })

/**
 * Of Gantry, and of Sentry's clients, as they report what they dropped themselves.
 * Source: https://develop.sentry.dev/sdk/telemetry/client-reports/
 */
const reasons: Readonly<Record<string, LossReason>> = {
  'not-asked-for': wanted('not asked for'),
  sampled: wanted('the project keeps a share of its traces only'),
  malformed: lost('it could not be read'),
  'too-large': lost('it was too large'),
  key: lost('its key was wrong, ended or revoked'),
  origin: lost('its page may not report with that key'),
  signature: lost('its signature was wrong'),
  'rate-limited': lost('the key had sent as much as it may in a minute'),
  spike: lost('the key sent far more than it usually does'),
  overloaded: lost('more came than could be stored in time; clients were asked to wait'),
  'storage-full': lost('the disk was nearly full'),
  failed: lost('it could not be stored'),
  sample_rate: wanted('its sample rate left it out'),
  before_send: wanted('its `beforeSend` left it out'),
  event_processor: wanted('an event processor of its own left it out'),
  ignored: wanted('a rule of its own ignores it'),
  queue_overflow: lost('too much waited to be sent'),
  cache_overflow: lost('its cache for when it is offline was full'),
  buffer_overflow: lost('too much waited to be sent'),
  ratelimit_backoff: lost('it was told to wait, and dropped what came meanwhile'),
  backpressure: lost('the program was busy, and it sampled more strictly'),
  network_error: lost('the network failed it'),
  send_error: lost('it was refused by who it was sent to'),
  internal_sdk_error: lost('it failed by itself'),
  insufficient_data: lost('it lacked what an event needs'),
  invalid: lost('it was not valid'),
  no_parent_span: wanted('its span would have had no parent'),
  too_big: lost('it was too big to send'),
}

/** Words of the reason; one that nobody knows is itself. */
export const lossReason = (reason: string): LossReason =>
  (Object.hasOwn(reasons, reason) ? reasons[reason] : undefined) ?? lost(reason.replaceAll(/[_-]/g, ' '))
