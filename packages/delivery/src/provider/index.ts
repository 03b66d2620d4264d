import { local } from '../local/local-provider.ts'

/** The only list of providers. */
export const providers = [local] as const
