import * as Sentry from '@sentry/node'

// DSN, environment and release come from SENTRY_DSN, SENTRY_ENVIRONMENT and SENTRY_RELEASE, which the SDK reads
// by itself. Without a DSN nothing is sent. Must be imported before anything it should see.
Sentry.init({
  tracesSampleRate: 0,
  initialScope: { tags: { service: 'backend' } },
  // By default the SDK drops an error that equals the one before it. Here each is a request that failed, and how many
  // did is what tells a bad release from a bad moment.
  integrations: defaults => defaults.filter(({ name }) => name !== 'Dedupe'),
})
