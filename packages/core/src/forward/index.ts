export * from './decide-forward.ts'
export * from './forward-store.ts'
export * from './forwarded-mark.ts'
