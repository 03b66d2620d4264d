import type { UnkeptSink } from '@gantry/core'

/**
 * Where each type of item goes, and the category that Sentry's clients count and limit it by.
 * Source: https://develop.sentry.dev/sdk/foundations/envelopes/envelope-items/ and
 * https://develop.sentry.dev/sdk/expected-features/rate-limiting/#definitions
 */
export const itemKinds: Readonly<
  Record<string, { sink: 'events' | 'lines' | 'client-reports' | UnkeptSink; category: string }>
> = {
  event: { sink: 'events', category: 'error' },
  log: { sink: 'lines', category: 'log_item' },
  client_report: { sink: 'client-reports', category: 'internal' },
  transaction: { sink: 'spans', category: 'transaction' },
  span: { sink: 'spans', category: 'span' },
  session: { sink: 'sessions', category: 'session' },
  sessions: { sink: 'sessions', category: 'session' },
  check_in: { sink: 'check-ins', category: 'monitor' },
  attachment: { sink: 'attachments', category: 'attachment' },
  feedback: { sink: 'feedback', category: 'feedback' },
  user_report: { sink: 'feedback', category: 'feedback' },
  profile: { sink: 'profiles', category: 'profile' },
  profile_chunk: { sink: 'profiles', category: 'profile_chunk' },
  replay_event: { sink: 'replays', category: 'replay' },
  replay_recording: { sink: 'replays', category: 'replay' },
  replay_video: { sink: 'replays', category: 'replay' },
  statsd: { sink: 'metrics', category: 'metric_bucket' },
  trace_metric: { sink: 'metrics', category: 'trace_metric' },
}

export const categories: readonly string[] = [
  ...new Set(Object.values(itemKinds).map(({ category }) => category)),
  'default',
  'security',
]
