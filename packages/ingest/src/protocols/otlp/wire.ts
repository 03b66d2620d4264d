import { PbfReader } from 'pbf'
import { mostValues } from '../../body/few-values.ts'

/** Parts of a request that OTLP/HTTP has in JSON, whatever is told of. */
export interface OtlpKeyValue {
  key?: string
  value?: OtlpValue
}
export interface OtlpValue {
  stringValue?: string
  boolValue?: boolean
  intValue?: string | number
  doubleValue?: number
  bytesValue?: string
  arrayValue?: { values?: OtlpValue[] }
  kvlistValue?: { values?: OtlpKeyValue[] }
}
export interface OtlpResource {
  attributes?: OtlpKeyValue[]
}
export interface OtlpScope {
  name?: string
}

export type Read<T> = (reader: OtlpReader) => T

/** Reads no further than what it is inside of: `length` is the end of that. */
export class OtlpReader extends PbfReader {
  #parts = 0

  each(read: (field: number) => void): void {
    this.readFields(read, null)
    if (this.pos > this.length) throw new RangeError('a field is longer than what it stands in')
  }

  /** What begins here with its length. */
  inside<T>(read: Read<T>): T {
    const end = this.readVarint() + this.pos
    if (end > this.length) throw new RangeError('a field is longer than what it stands in')
    if (++this.#parts > mostValues) throw new RangeError(`it has more than ${mostValues} parts`)
    const outer = this.length
    this.length = end
    const found = read(this)
    this.length = outer
    return found
  }

  readHex(): string {
    return Buffer.from(this.readBytes()).toString('hex')
  }
}

export const resourceIn: Read<OtlpResource> = reader => {
  const attributes: OtlpKeyValue[] = []
  reader.each(field => void (field === 1 && attributes.push(reader.inside(keyValueIn()))))
  return { attributes }
}

export const scopeIn: Read<OtlpScope> = reader => {
  const scope: OtlpScope = {}
  reader.each(field => {
    if (field === 1) scope.name = reader.readString()
  })
  return scope
}

/** Deeper than anybody nests: each level is a frame of this program. */
const deepest = 32

export function keyValueIn(depth = 0): Read<OtlpKeyValue> {
  return reader => {
    const found: OtlpKeyValue = {}
    reader.each(field => {
      if (field === 1) found.key = reader.readString()
      else if (field === 2) found.value = reader.inside(valueIn(depth + 1))
    })
    return found
  }
}

export function valueIn(depth = 0): Read<OtlpValue> {
  if (depth > deepest) throw new RangeError('values are nested too deep')
  return reader => {
    const found: OtlpValue = {}
    reader.each(field => {
      if (field === 1) found.stringValue = reader.readString()
      else if (field === 2) found.boolValue = reader.readBoolean()
      else if (field === 3) found.intValue = reader.readVarint(true)
      else if (field === 4) found.doubleValue = reader.readDouble()
      else if (field === 5) found.arrayValue = { values: reader.inside(valuesIn(valueIn(depth + 1))) }
      else if (field === 6) found.kvlistValue = { values: reader.inside(valuesIn(keyValueIn(depth + 1))) }
      else if (field === 7) found.bytesValue = Buffer.from(reader.readBytes()).toString('base64')
    })
    return found
  }
}

/** Field 1, any number of times. */
const valuesIn =
  <T>(read: Read<T>): Read<T[]> =>
  reader => {
    const values: T[] = []
    reader.each(field => void (field === 1 && values.push(reader.inside(read))))
    return values
  }
