/** What programs write beside the code while they run: none of it is source. */
const product =
  /(^|\/)(__pycache__|node_modules|\.git|\.venv|\.[a-z]+_cache|[^/]+\.egg-info)(\/|$)|(\.pyc|\.pyo|\.log|\.pid|\.sock|\.lock~|\.tmp|\.sqlite3?(-\w+)?|\.db(-\w+)?|-journal)$|(^|\/)(celerybeat-schedule[^/]*|\.coverage[^/]*|core)$/;

/** Whether a file that appears in the container stays there, although no rule ignores it. */
export function isRuntimeProduct(path: string): boolean {
  return product.test(path);
}
