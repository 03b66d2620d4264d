import { defineSettings, ForwardEnvField, forwardBounds } from '@gantry/core/config'
import * as z from 'zod'

/** Lines to whatever takes OTLP over HTTP. */
export const otlp = defineSettings({
  kind: 'forward',
  name: 'otlp',
  word: (o: { urlEnv?: string; headersEnv?: string; waitAtMost?: string; queueAtMost?: string } = {}) => ({
    to: 'otlp' as const,
    ...o,
  }),
  schema: z.strictObject({
    to: z.literal('otlp').describe('lines, as log records of OpenTelemetry in JSON'),
    urlEnv: ForwardEnvField.default('FORWARD_OTLP_URL').describe(
      'variable with the whole address, such as https://otlp.example.com/v1/logs',
    ),
    headersEnv: ForwardEnvField.default('FORWARD_OTLP_HEADERS').describe(
      'variable with headers that are sent along, as in OTEL_EXPORTER_OTLP_HEADERS: `name=value,name=value`',
    ),
    ...forwardBounds,
  }),
  env: ({ urlEnv, headersEnv }) => [
    { name: urlEnv, type: 'url', isSecret: false, about: 'address that log records are sent on to by OTLP/HTTP' },
    {
      ...{ name: headersEnv, type: 'string', isSecret: true, about: 'headers that are sent along' },
      whenLeftOut: 'none',
    },
  ],
  docs: {
    title: 'OTLP',
    about: 'Each line that was taken, as log records by OTLP/HTTP: a collector, or one of many services.',
    examples: [[], [{ urlEnv: 'FORWARD_COLLECTOR_URL', headersEnv: 'FORWARD_COLLECTOR_HEADERS' }]],
    link: 'https://opentelemetry.io/docs/specs/otlp/#otlphttp',
  },
})
