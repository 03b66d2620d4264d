/** The words that descriptions of vendors are written in: pieces of JSON Schema and of OpenAPI. */
export const text = { type: 'string' }
export const whole = { type: 'integer' }
export const flag = { type: 'boolean' }
export const texts = { type: 'object', additionalProperties: text }
export const word = (...words: string[]) => ({ type: 'string', enum: words })
export const list = (items: object) => ({ type: 'array', items })
/** With these fields and no other. */
export const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
})

export const inPath = (...names: string[]) => names.map(name => ({ in: 'path', name, required: true, schema: text }))
export const inQuery = (name: string, schema: object) => ({ in: 'query', name, schema })
export const json = (schema: object) => ({ content: { 'application/json': { schema } } })
export const body = (schema: object, required = true) => ({ required, ...json(schema) })
