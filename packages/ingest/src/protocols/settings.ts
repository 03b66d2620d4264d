// The only list of protocols: a line for each.
export { github } from './github/settings.ts'
export { sentry } from './sentry/settings.ts'
