/** Secrets and variables of jobs, without any schema: what starts often reads nothing else of core. */
export * from './secret.ts'
export * from './value-name.ts'
