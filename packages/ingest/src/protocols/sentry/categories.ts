/**
 * What Sentry's clients count and limit things by.
 * Source: https://develop.sentry.dev/sdk/expected-features/rate-limiting/#definitions
 */
export const categories: readonly string[] = [
  ...['error', 'default', 'security', 'internal', 'log_item', 'transaction', 'span', 'session', 'monitor', 'feedback'],
  ...['attachment', 'profile', 'profile_chunk', 'replay', 'metric_bucket', 'trace_metric'],
]
