export * from './allowed-origin.ts'
export * from './ingest-key.ts'
export * from './ingest-key-store.ts'
export * from './intake-outcome.ts'
