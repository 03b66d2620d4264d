/** Figures and names as people read them: the server, the command and the dashboard say them alike. No schema, no dependency. */
export * from './counted.ts'
export * from './fields-text.ts'
export * from './nearest-word.ts'
export * from './one-sentence.ts'
export * from './percent.ts'
export * from './ref-in-words.ts'
export * from './run-failure.ts'
export * from './short-sha.ts'
