// The only list of services that things are sent on to: a line for each.
export { betterstack } from './betterstack/settings.ts'
export { logflare } from './logflare/settings.ts'
export { otlp } from './otlp/settings.ts'
export { sentry } from './sentry/settings.ts'
