export * from './ci-metrics.ts'
export * from './decide-anomalies.ts'
export * from './metrics-store.ts'
export * from './run-fact.ts'
