/** How a page tells the test what it found. */

/** Where the page writes to. */
export const reportId = 'report';

/** Write a value into the page, as JSON. */
export const write = (found: unknown): void => {
  const element = document.createElement('pre');
  element.id = reportId;
  element.textContent = JSON.stringify(found);
  document.body.append(element);
};
