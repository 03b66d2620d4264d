import { type Draft, LIMITS, parseDraft, type Site } from '@sitebuilder/site'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { emptyForm, type Form, type FormField, formOf, refused, typed } from './form-state.ts'
import type { Refusal, Result } from './site-api.ts'

type Props = {
  /** The site being edited; `undefined` for a new one. */
  site: Site | undefined
  save: (draft: Draft) => Promise<Result<Site>>
  onSaved: (result: Result<Site>) => Promise<void>
  onCancel: () => void
}

export function SiteForm({ site, save, onSaved, onCancel }: Props) {
  const [form, setForm] = useState<Form>(() => (site ? formOf(site) : emptyForm))
  const [isSaving, setIsSaving] = useState(false)
  const element = useRef<HTMLFormElement>(null)
  const write = (field: FormField) => (value: string) => setForm(former => typed(former, field, value))

  // Whoever cannot see the whole form is led to the first field that needs them.
  const [refusals, setRefusals] = useState(0)
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [refusals])
  const refuse = (error: Refusal) => {
    setForm(refused(form, error))
    setRefusals(refusals + 1)
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const parsed = parseDraft(form.values)
    if ('problems' in parsed) return refuse({ code: 'invalid', message: '', problems: parsed.problems })
    setIsSaving(true)
    const result = await save(parsed.draft)
    setIsSaving(false)
    if (!result.ok) return refuse(result.error)
    await onSaved(result)
  }

  return (
    <form ref={element} onSubmit={event => void submit(event)} noValidate aria-labelledby="form-title">
      <h1 id="form-title">{site ? `Edit ${site.name}` : 'New site'}</h1>
      <Field form={form} field="name" label="Name" onWrite={write('name')} hint="For you; visitors do not see it." />
      <Field
        form={form}
        field="slug"
        label="Address"
        onWrite={write('slug')}
        hint="Chosen once."
        isFixed={site !== undefined}
      />
      <Field form={form} field="title" label="Title" onWrite={write('title')} />
      <Field
        form={form}
        field="body"
        label="Text"
        onWrite={write('body')}
        hint="An empty line starts a new paragraph."
        isLong
      />
      {form.message && (
        <p role="alert" className="trouble">
          {form.message}
        </p>
      )}
      <div className="actions">
        <button type="submit" className="primary" disabled={isSaving}>
          {isSaving ? 'Saving…' : 'Save'}
        </button>
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  )
}

type FieldProps = {
  form: Form
  field: FormField
  label: string
  onWrite: (value: string) => void
  hint?: string
  isLong?: boolean
  isFixed?: boolean
}

function Field({ form, field, label, hint, onWrite, isLong = false, isFixed = false }: FieldProps) {
  const problem = form.problems[field]
  const described = [problem && `${field}-problem`, hint && `${field}-hint`].filter(Boolean).join(' ')
  const props = {
    id: field,
    name: field,
    value: form.values[field],
    onChange: (event: { target: { value: string } }) => onWrite(event.target.value),
    'aria-invalid': problem !== undefined,
    'aria-describedby': described || undefined,
    readOnly: isFixed,
    maxLength: field === 'slug' ? 48 : LIMITS[field],
    required: true,
    autoComplete: 'off',
  }
  return (
    <div className="field">
      <label htmlFor={field}>{label}</label>
      {isLong ? <textarea rows={10} {...props} /> : <input type="text" {...props} />}
      {problem && (
        <p id={`${field}-problem`} className="problem">
          {problem}
        </p>
      )}
      {hint && (
        <p id={`${field}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
