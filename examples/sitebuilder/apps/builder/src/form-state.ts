import { type Draft, type Site, toSlug } from '@sitebuilder/site'
import type { Refusal } from './site-api.ts'

export type FormField = keyof Draft
export type Form = {
  values: Draft
  /** The address follows the name until somebody writes one. */
  slugFollows: boolean
  problems: Partial<Record<FormField, string>>
  message: string
}

export const emptyForm: Form = {
  values: { slug: '', name: '', title: '', body: '' },
  slugFollows: true,
  problems: {},
  message: '',
}

export const formOf = ({ slug, name, title, body }: Site): Form => ({
  ...emptyForm,
  values: { slug, name, title, body },
  slugFollows: false,
})

/** A field was written in: its problem is gone until the next look. */
export function typed(form: Form, field: FormField, value: string): Form {
  const values = { ...form.values, [field]: value }
  const { [field]: _solved, ...problems } = form.problems
  if (field === 'slug') return { ...form, values, problems, slugFollows: value === '' }
  if (field === 'name' && form.slugFollows) values.slug = toSlug(value)
  return { ...form, values, problems }
}

/** The draft was refused: problems go to their fields, the rest is said above the buttons. */
export function refused(form: Form, { code, message, problems }: Refusal): Form {
  const byField = Object.fromEntries(problems.map(problem => [problem.field, problem.message]))
  if (code === 'slug_taken') return { ...form, problems: { slug: message }, message: '' }
  return { ...form, problems: byField, message: problems.length > 0 ? '' : message }
}
