import { DurationField, defineSettings, EnvNameField, previewPlace } from '@gantry/core/config'
import * as z from 'zod'

const RenderSettings = z.strictObject({
  provider: z.literal('render').describe('deploys a commit or an image to a service of Render'),
  service: z
    .union([z.string().min(1), z.record(z.string(), z.string().min(1))])
    .describe('id (srv-…) or name of the service at Render, with {environment} in it, or one for each environment'),
  image: z
    .string()
    .regex(/^[^\s@]+$/, 'expected an image without a digest, such as ghcr.io/acme/api:{commit}')
    .optional()
    .describe('image to deploy, with {commit} for the commit; left out: Render builds the commit'),
  previewEnv: z
    .array(EnvNameField)
    .default([])
    .describe('variables of the job that previews are given, such as the `DATABASE_URL` of their own'),
  timeout: DurationField.default('12m').describe(
    'how long a deploy may take; then it is cancelled, before Render gives it up by itself',
  ),
  buildsKept: z
    .int()
    .positive()
    .default(5)
    .describe('builds that the plan keeps to go back to: 2 free, 5 Hobby, 15 Pro, 30 Scale'),
})
export type RenderSettings = z.output<typeof RenderSettings>

type Said = Omit<z.input<typeof RenderSettings>, 'provider'>

/** Deploys to Render a commit or an image. */
export const render = defineSettings({
  kind: 'provider',
  name: 'render',
  word: (settings: Said) => ({ provider: 'render' as const, ...settings }),
  schema: RenderSettings,
  env: () => [
    {
      name: 'RENDER_API_KEY',
      type: 'string',
      isSecret: true,
      about: 'key of a Render account; it may do whatever its owner may, so give it to one environment only',
    },
    {
      name: 'RENDER_API_URL',
      type: 'url',
      isSecret: false,
      about: 'where the API of Render is',
      whenLeftOut: 'https://api.render.com/v1',
    },
  ],
  docs: {
    title: 'Render',
    about: 'Deploys a commit or an image to a service, follows it, and cancels it early when it hangs.',
    examples: [
      [{ service: 'shop-api-{environment}' }],
      [{ service: { staging: 'shop-api-staging', production: 'shop-api' } }],
      [{ service: 'srv-abc123', image: 'ghcr.io/acme/api:{commit}' }],
      [
        {
          service: { production: 'shop-api', preview: 'shop-api-preview' },
          image: 'ghcr.io/acme/api:{commit}',
          previewEnv: ['DATABASE_URL'],
        },
      ],
    ],
    link: 'https://api-docs.render.com',
  },
})

/** Why it can have no previews: Render makes them of images, and with the settings of another service. Null: it can. */
export function noPreviewOf({ image, service }: Pick<RenderSettings, 'image' | 'service'>): string | null {
  if (image === undefined) return "Render previews images only: image: 'ghcr.io/acme/api:{commit}' in render({ … })"
  if (typeof service === 'string' || service[previewPlace] !== undefined) return null
  return "name the service whose settings previews have: service: { …, preview: 'shop-api-preview' }"
}
