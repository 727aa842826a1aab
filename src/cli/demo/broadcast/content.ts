const LEAVE = '<p><a href="{{{RESEND_UNSUBSCRIBE_URL}}}">No more of this</a></p>'

/** What some of them got last month: its link still works. */
export const EARLIER = {
  name: 'October',
  from: 'The Club <news@club.example.com>',
  subject: 'The club in October',
  html: `<p>Dear {{{FIRST_NAME|friend}}}, it was a good month.</p>${LEAVE}`,
  tracking: { pixel: false, ses: false },
}

/** With slots in every part; a few go first, and people have time to say what they think. */
export const NEWSLETTER = {
  name: 'November',
  from: 'The Club <news@club.example.com>',
  subject: '{{{FIRST_NAME|there}}}, the club meets on Friday',
  preview_text: 'Your seat is {{ seat }}.',
  html: `<!doctype html><html><head><style>.seat { color: #1d4ed8 }</style></head><body>
<h1>Dear {{{FIRST_NAME|friend}}}</h1>
<p>We meet at eight in the old library, and there will be tea for all who come early.</p>
<p class="seat">Your seat is <a href="https://club.example.com/seats/{{ seat }}">{{ seat }}</a>, your plan is {{ plan | default: "free" }}.</p>
${LEAVE}</body></html>`,
  canary: { percent: 1, wait_seconds: 4 },
}
