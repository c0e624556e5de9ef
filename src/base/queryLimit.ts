/**
 * Characters of a query that is read. The service takes an address of 64 KB at most (FACTS 13.4), so that a longer text is
 * never a query that could be sent, unless it is blanks for the most part.
 */
export const LONGEST_QUERY = 100_000;
