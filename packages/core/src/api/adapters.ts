import * as z from 'zod'

/** One setting of an adapter, as a form or a table shows it. */
export const AdapterField = z.object({
  name: z.string(),
  label: z.string().describe('as people read it: `webhook URL env`'),
  about: z.string(),
  takes: z.enum(['text', 'number', 'switch', 'choice', 'list', 'entries', 'other']),
  choices: z.array(z.string()),
  isRequired: z.boolean(),
  whenLeftOut: z.json().optional().describe('left out where nothing holds then'),
  refersTo: z.enum(['service', 'environment', 'monitor']).nullable().describe('what of the config it names'),
})
export type AdapterField = z.output<typeof AdapterField>

/** All that is written about an adapter, for pages, prompts and forms: none of them knows an adapter by itself. */
export const AdapterDescription = z.object({
  kind: z.enum(['channel', 'provider', 'probe', 'rule', 'gate', 'protocol', 'forward']),
  name: z.string().describe('the word in gantry.config.ts'),
  title: z.string(),
  about: z.string(),
  link: z.string().nullable(),
  examples: z.array(z.string()).describe('as typed in gantry.config.ts'),
  env: z
    .array(
      z.object({
        name: z.string(),
        type: z.enum(['string', 'url']),
        isSecret: z.boolean(),
        about: z.string(),
        whenLeftOut: z.string().optional(),
      }),
    )
    .describe('variables it reads when it is set as in the first example'),
  shapes: z
    .array(z.object({ name: z.string(), fields: z.array(AdapterField) }))
    .describe('where its settings have several shapes, each by what tells it apart; else one called like the adapter'),
})
export type AdapterDescription = z.output<typeof AdapterDescription>
