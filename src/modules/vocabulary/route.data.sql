-- How a referral arrived. Data, not an enum: local names and further routes are rows.
insert into hub.route (position, key, label)
values
  (1, 'general-practice', 'General practice'),
  (2, 'self-referral', 'Self-referral'),
  (3, 'secondary-care', 'Secondary care'),
  (4, 'social-care', 'Social care'),
  (5, 'drop-in', 'Drop-in'),
  (6, 'community-services', 'Community services'),
  (7, 'voluntary-sector', 'Voluntary sector'),
  (8, 'link-worker', 'Referred on by a link worker');
