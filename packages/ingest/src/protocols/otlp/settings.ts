import { defineSettings } from '@gantry/core/config'
import * as z from 'zod'

/** Logs and traces over OTLP/HTTP. */
export const otlp = defineSettings({
  kind: 'protocol',
  name: 'otlp',
  word: () => ({ protocol: 'otlp' as const }),
  schema: z.strictObject({ protocol: z.literal('otlp').describe('logs and traces over OTLP/HTTP') }),
  env: () => [],
  docs: {
    title: 'OpenTelemetry',
    about: 'Logs and traces of any OpenTelemetry SDK or collector over OTLP/HTTP, as JSON or protobuf.',
    examples: [[]],
    link: 'https://opentelemetry.io/docs/specs/otlp/#otlphttp',
  },
})
