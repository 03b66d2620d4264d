// The only list of channels: a line for each.
export { pagerduty } from './pagerduty/settings.ts'
export { slack } from './slack/settings.ts'
export { webhook } from './webhook/settings.ts'
