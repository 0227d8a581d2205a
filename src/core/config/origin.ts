// Origins as browsers send them in the header `Origin`, of any scheme: pages of apps and extensions have their own.

/** What CORS_ORIGINS lists. */
export const ORIGINS =
  'origins such as https://app.example.com or capacitor://localhost, without path or trailing slash';

/** What a WebView sends for a page that it opened from a file. */
const FILE_ORIGIN = 'file://';

/** The origin of a URL, as a browser sends it; `undefined` for what is no URL, or has no origin of its own. */
export function originOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return undefined;
  if (url.protocol === 'file:') return FILE_ORIGIN;
  // `URL.origin` is `null` for schemes that the URL standard does not name, but browsers send an origin for them.
  if (url.origin !== 'null') return url.protocol === 'blob:' ? undefined : url.origin;
  return url.host === '' ? undefined : `${url.protocol}//${url.host}`;
}

/** Why a text cannot be listed as an origin, and how to mend it; `undefined` for an origin as browsers send it. */
export function originMistake(text: string): string | undefined {
  if (text.includes('*')) return 'wildcards are not supported, so list each origin';
  if (text === 'null') return 'every page can send the origin null, so it cannot be listed';
  const origin = originOf(text);
  if (origin === text) return undefined;
  if (origin === undefined || /[\s;]/.test(text))
    return 'give scheme and host, and separate origins by commas';
  return `write ${origin}`;
}
