import type { NewImage } from './model';

/** A member of an image that a person can change. */
export type ImageMember = 'type' | 'columns' | 'alias' | 'name' | 'messageProperty';

const MEMBERS: readonly ImageMember[] = ['type', 'columns', 'alias', 'name', 'messageProperty'];

/** The members in which two versions of an image differ. */
export function differingImageMembers(a: NewImage, b: NewImage): readonly ImageMember[] {
  return MEMBERS.filter((member) => valueOf(a, member) !== valueOf(b, member));
}

function valueOf(image: NewImage, member: ImageMember): string {
  return member === 'columns' ? image.columns.join(',') : image[member];
}

/** An image as somebody else has left it meanwhile, with what was changed here on top of it. */
export function mergeImage(before: NewImage, mine: NewImage, theirs: NewImage): NewImage {
  const changed = differingImageMembers(before, mine);
  const own = Object.fromEntries(changed.map((member) => [member, mine[member]]));
  return { ...theirs, ...own };
}
