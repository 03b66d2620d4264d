export { manualTimers } from './manual-timers.ts'
export { memoryOutbox } from './memory-outbox.ts'
