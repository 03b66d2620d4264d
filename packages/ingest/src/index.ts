export { discardRest } from './body/discard-rest.ts'
export { readParts } from './body/multipart.ts'
export { type BodyLimits, envelopeLimits, readBody } from './body/read-body.ts'
export {
  type Forward,
  type ForwardAnswer,
  type ForwardEnv,
  type ForwardRequest,
  WrongValue,
} from './forwards/define-forward.ts'
export { forwardFor } from './forwards/index.ts'
export { judgeAnswer } from './forwards/judge-answer.ts'
export { packLines } from './forwards/queued-lines.ts'
export { requestIn, type ToldRequest, writerOf } from './logs/request-line.ts'
export { readServiceLine } from './logs/service-line.ts'
export type { Asked, Protocol, Reading, RelayOf, Reply } from './protocols/define-protocol.ts'
export { githubJob, githubRun } from './protocols/github/run-facts.ts'
export { loadProtocols } from './protocols/index.ts'
export { eventDetails } from './protocols/sentry/event-details.ts'
export { type PastEvent, readPastEvent } from './protocols/sentry/past-event.ts'
export { mostSyslogBytes, syslogOf } from './protocols/syslog/protocol.ts'
export { type ScrubSettings, scrubberFor } from './scrub/scrub.ts'
export { scrubLine } from './scrub/scrub-line.ts'
export { readManifest, readMapIn } from './source-bundles/read-manifest.ts'
export { debugIdsIn } from './source-maps/debug-ids.ts'
export { type FindMap, type FoundMap, hasBundles, mapFrames } from './source-maps/map-frames.ts'
export { readMap } from './source-maps/read-map.ts'
export { type SyslogFrame, SyslogFrames } from './syslog/frames.ts'
export { keyInSyslog } from './syslog/own-data.ts'
export { type ReadSpan, spansIn } from './traces/spans-in.ts'
