import { defineSettings, PublicUrl, probeRhythm, reference } from '@gantry/core/config'
import * as z from 'zod'

/** Probes a path of a service in every environment, or one address. */
export const http = defineSettings({
  kind: 'probe',
  name: 'http',
  word: (
    target: { service: string; path?: string } | { url: string },
    o: { every?: string; timeout?: string; confirmations?: number } = {},
  ) => ({ type: 'http' as const, ...target, ...o }),
  schema: z
    .strictObject({
      type: z.literal('http').describe('asks an address by GET'),
      service: reference('service').optional().describe('probed in every environment; or give `url`'),
      path: z.string().startsWith('/').default('/').describe('path of the service that is asked'),
      url: PublicUrl.optional().describe('one address, instead of a service'),
      ...probeRhythm,
    })
    .refine(
      ({ service, url }) => (service === undefined) !== (url === undefined),
      'expected either `service` or `url`',
    ),
  env: () => [],
  docs: {
    title: 'HTTP',
    about: 'Asks by GET, redirects not followed: 2xx and 3xx are well.',
    examples: [[{ service: 'backend', path: '/healthz' }], [{ url: 'https://example.com/' }, { every: '1m' }]],
  },
})
