import { registerHooks } from 'node:module'

const isJson = (name: string): boolean => name.endsWith('.json')

// GitHub's parser is made for bundlers: it imports JSON as they take it, without saying that it is some.
registerHooks({
  resolve: (name, context, next) =>
    next(name, isJson(name) ? { ...context, importAttributes: { type: 'json' } } : context),
  load: (url, context, next) => next(url, isJson(url) ? { ...context, importAttributes: { type: 'json' } } : context),
})

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser')
const { TemplateContext, TemplateValidationErrors } = await import(
  '@actions/workflow-parser/templates/template-context'
)
const { getWorkflowSchema } = await import('@actions/workflow-parser/workflows/workflow-schema')

/** What GitHub's own parser has against a workflow file; background steps are no longer a preview. */
export async function refusedByGitHub(text: string): Promise<string[]> {
  const context = new TemplateContext(new TemplateValidationErrors(), getWorkflowSchema(), new NoOperationTraceWriter())
  context.state['featureFlags'] = { isEnabled: () => true }
  const { value } = parseWorkflow({ name: 'ci.yml', content: text }, context)
  const errors = context.errors.getErrors().map(({ message }) => message)
  if (errors.length > 0 || value === undefined) return errors
  const template = await convertWorkflowTemplate(context, value)
  return (template.errors ?? []).map(error => error.Message)
}
