export function tableOfFeatures(): string {
  return '';
}
