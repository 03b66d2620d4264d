export { type LineRules, lineRules } from './line-store.rules.ts'
