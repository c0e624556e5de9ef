import { unknownNames } from './fetchNames';
import { readFetchText } from './fetchText';
import type { QueryProblem } from './problem';
import type { Schema } from './schema';
import { toFetchXml } from './toFetchXml';
import { toWebApi } from './toWebApi';
import type { Translation } from './translation';
import { unknownWebApiNames } from './webApiNames';
import { readWebApiText } from './webApiText';
import type { WrittenQuery } from './written';

/** What is wrong with a query by the names of an environment. */
export function namesProblems({ language, text }: WrittenQuery, schema: Schema): readonly QueryProblem[] {
  return language === 'fetchXml'
    ? unknownNames(readFetchText(text), schema)
    : unknownWebApiNames(readWebApiText(text), schema);
}

/** The query in the other language. Web API queries come as an encoded path, FetchXML on one line. */
export function translationOf({ language, text }: WrittenQuery, schema: Schema): Translation {
  return language === 'fetchXml'
    ? toWebApi(readFetchText(text), schema)
    : toFetchXml(readWebApiText(text), schema);
}
