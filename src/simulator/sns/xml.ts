const NAMESPACE = 'http://sns.amazonaws.com/doc/2010-03-31/'

/** Text, elements by name, or many of the same name. */
export type Xml = string | { [name: string]: Xml | Xml[] }

export function element(name: string, content: Xml | Xml[]): string {
  if (Array.isArray(content)) return content.map((one) => element(name, one)).join('')
  return `<${name}>${inner(content)}</${name}>`
}

/** Null for actions that have no result. */
export function responseXml(action: string, result: Xml | null, requestId: string): string {
  return `<${action}Response xmlns="${NAMESPACE}">${
    result === null ? '' : element(`${action}Result`, result)
  }${element('ResponseMetadata', { RequestId: requestId })}</${action}Response>`
}

export function errorXml(code: string, message: string, requestId: string, status: number): string {
  const Type = status >= 500 ? 'Receiver' : 'Sender'
  return `<ErrorResponse xmlns="${NAMESPACE}">${element('Error', {
    Type,
    Code: code,
    Message: message,
  })}${element('RequestId', requestId)}</ErrorResponse>`
}

/** Attributes as SNS lists them: entries of key and value. */
export function attributesXml(attributes: Readonly<Record<string, string>>): Xml {
  return {
    entry: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  }
}

function inner(content: Xml): string {
  if (typeof content === 'string') return escaped(content)
  return Object.entries(content)
    .map(([name, below]) => element(name, below))
    .join('')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
