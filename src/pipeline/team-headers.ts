// Headers of a team's steps: checked, since one that cannot be sent would cost the whole answer, and merged with ours.
import { checkHeader } from '../core/response-header.ts';
import type { HeaderList } from './step.ts';

/**
 * Adds a team's headers to `list`, whose names are in lower case. A name that is there already gets the new value; `vary`
 * gets both, and `set-cookie` is sent twice. Throws for a header that cannot be sent, before it adds any.
 */
export function mergeHeaders(list: string[], headers: HeaderList): void {
  const added: (readonly [name: string, value: string])[] = [];
  for (let index = 0; index < headers.length; index += 2) {
    const [name = '', value = ''] = [headers[index]?.toLowerCase(), headers[index + 1]];
    checkHeader(name, headers[index + 1]);
    added.push([name, value]);
  }
  for (const [name, value] of added) mergeHeader(list, name, value);
}

function mergeHeader(list: string[], name: string, value: string): void {
  for (let index = 0; index < list.length; index += 2) {
    if (list[index] !== name || name === 'set-cookie') continue;
    list[index + 1] = name === 'vary' ? `${list[index + 1]}, ${value}` : value;
    return;
  }
  list.push(name, value);
}
