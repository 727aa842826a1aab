export const STYLE = `:root{color-scheme:light dark;--line:light-dark(#d4d4d8,#3f3f46);--soft:light-dark(#f4f4f5,#27272a);--accent:light-dark(#1d4ed8,#93c5fd);--quiet:light-dark(#52525b,#a1a1aa);font:1rem/1.5 system-ui,sans-serif}
*{box-sizing:border-box}
body{margin:0;display:grid;grid-template-columns:20rem minmax(0,1fr)}
nav{position:sticky;top:0;height:100vh;overflow-y:auto;padding:1.5rem 1rem;border-right:1px solid var(--line);font-size:.875rem}
nav h2{font-size:.875rem;margin:1rem 0 .25rem;text-transform:capitalize}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:grid;align-items:baseline;grid-template-columns:3.75rem minmax(0,1fr);padding:.125rem 0;color:inherit;text-decoration:none;overflow-wrap:anywhere}
nav a:hover{color:var(--accent);text-decoration:underline}
main{padding:1.5rem 2rem 6rem;max-width:60rem}
h1{font-size:1.75rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.25rem;margin:2.5rem 0 .75rem;text-transform:capitalize}
h3{font-size:.9375rem;margin:1.25rem 0 .25rem}
p{margin:0 0 .75rem}
a{color:var(--accent)}
code,pre,textarea,input,select,output{font-family:ui-monospace,monospace;font-size:.8125rem}
pre,output{display:block;margin:.25rem 0 .75rem;padding:.75rem;background:var(--soft);border-radius:.375rem;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
output:empty{display:none}
.operation{border:1px solid var(--line);border-radius:.5rem;margin:0 0 .5rem;scroll-margin-top:1rem}
.operation>summary{padding:.625rem .875rem;cursor:pointer;overflow-wrap:anywhere}
.operation[open]>summary{border-bottom:1px solid var(--line)}
.operation>div{padding:.75rem .875rem}
.method{display:inline-block;min-width:3.75rem;font:700 .75rem ui-monospace,monospace;color:var(--accent)}
.quiet{color:var(--quiet)}
label{display:block;margin:.5rem 0 0;font-size:.875rem}
input,select,textarea{display:block;width:100%;margin-top:.125rem;padding:.5rem;border:1px solid var(--line);border-radius:.375rem;background:transparent;color:inherit}
select{background:Canvas}
textarea{min-height:8rem;resize:vertical}
button{font:inherit;font-weight:600;margin:.75rem 0;padding:.5rem 1rem;border:0;border-radius:.375rem;background:#1d4ed8;color:#fff;cursor:pointer}
button:hover{background:#1e40af}
button:disabled{opacity:.6}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;font-size:.875rem}
td{padding:.125rem .75rem .125rem 0;vertical-align:top}
@media (max-width:56rem){body{display:block}nav{position:static;height:auto;max-height:14rem;border-right:0;border-bottom:1px solid var(--line)}main{padding:1.25rem 1rem 4rem}}`
