import { slug } from '../read/text';

/** How consent records name the sectors of the hub's Sector enum. */
const SECTORS = new Map([
  ['primary-care', 'PRIMARY_CARE'],
  ['general-practice', 'PRIMARY_CARE'],
  ['gp', 'PRIMARY_CARE'],
  ['community-services', 'COMMUNITY_SERVICES'],
  ['community-health', 'COMMUNITY_SERVICES'],
  ['community-health-services', 'COMMUNITY_SERVICES'],
  ['social-care', 'SOCIAL_CARE'],
  ['adult-social-care', 'SOCIAL_CARE'],
  ['voluntary', 'VOLUNTARY'],
  ['voluntary-sector', 'VOLUNTARY'],
  ['vcse', 'VOLUNTARY'],
]);

export function findSector(text: string): string | undefined {
  return SECTORS.get(slug(text));
}
