import { describeApi } from '../apps/server/src/http/openapi.ts'
import type { OpenApi } from './http-docs.ts'

export const openApiPath = 'docs/reference/openapi.json'

let described: Promise<OpenApi> | null = null

/** The description of the API as the server of this checkout makes it; made once. */
export function openApi(): Promise<OpenApi> {
  described ??= describeApi().then(document => document as OpenApi)
  return described
}

export const openApiFile = (document: OpenApi): string => `${JSON.stringify(document, null, 2)}\n`
