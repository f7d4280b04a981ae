-- Words the hub is seeded with. SNOMED codes are set only where a source for code and term was found and its check digit holds.
set local role loopwell_owner;
-- Box 1 of "Top tips: social prescribing in general practice" (Guidelines in Practice, 2021)
insert into hub.reason (position, key, label) values
  (1, 'antisocial-behaviour', 'Antisocial behaviour'),
  (2, 'bereavement-related-anxiety', 'Bereavement-related anxiety'),
  (3, 'care-following-cancer-heart-disease-or-stroke', 'Care following cancer, heart disease, or stroke'),
  (4, 'crisis-support', 'Crisis support'),
  (5, 'domestic-violence', 'Domestic violence'),
  (6, 'employability-and-employment-support', 'Employability and employment support'),
  (7, 'falls-prevention', 'Falls prevention'),
  (8, 'financial-management-support', 'Financial management support'),
  (9, 'healthy-lifestyle-support-and-weight-reduction', 'Healthy lifestyle support and weight reduction'),
  (10, 'homelessness-or-housing-support', 'Homelessness or housing support'),
  (11, 'learning-and-skills-development', 'Learning and skills development'),
  (12, 'legal-advice', 'Legal advice'),
  (13, 'lgbtq-support', 'LGBTQ support'),
  (14, 'low-self-esteem-confidence', 'Low self-esteem/confidence'),
  (15, 'mental-health', 'Mental health'),
  (16, 'parenting-support', 'Parenting support'),
  (17, 'personal-development', 'Personal development'),
  (18, 'physical-inactivity', 'Physical inactivity'),
  (19, 'prevention-of-chronic-disease', 'Prevention of chronic disease'),
  (20, 'respiratory', 'Respiratory'),
  (21, 'send-support', 'SEND support'),
  (22, 'social-engagement-or-isolation', 'Social engagement or isolation'),
  (23, 'substance-misuse', 'Substance misuse'),
  (24, 'support-in-a-caring-role', 'Support in a caring role'),
  (25, 'support-with-physical-needs-and-tasks-of-daily-living', 'Support with physical needs and tasks of daily living'),
  (26, 'type-1-and-type-2-diabetes', 'Type 1 and type 2 diabetes'),
  (27, 'volunteering', 'Volunteering');
-- How a referral arrived. Data, not an enum: local names and further routes are rows.
insert into hub.route (position, key, label) values
  (1, 'general-practice', 'General practice'),
  (2, 'self-referral', 'Self-referral'),
  (3, 'secondary-care', 'Secondary care'),
  (4, 'social-care', 'Social care'),
  (5, 'drop-in', 'Drop-in'),
  (6, 'community-services', 'Community services'),
  (7, 'voluntary-sector', 'Voluntary sector'),
  (8, 'link-worker', 'Referred on by a link worker');
-- Ranges and directions only; the wording of licensed instruments is not shipped.
insert into hub.instrument (key, position, label, minimum, maximum, items, higher_is_better, scored, licence) values
  ('ONS4', 1, 'ONS4 personal well-being', 0, 10, 4, null, false, 'Free to use (Office for National Statistics)'),
  ('SWEMWBS', 2, 'Short Warwick-Edinburgh Mental Wellbeing Scale, raw score', 7, 35, 0, true, true, 'Copyright: register for a licence before use'),
  ('WEMWBS', 3, 'Warwick-Edinburgh Mental Wellbeing Scale', 14, 70, 0, true, true, 'Copyright: register for a licence before use'),
  ('PAM', 4, 'Patient Activation Measure score', 0, 100, 0, true, true, 'Commercial licence (Insignia)'),
  ('UCLA-3', 5, 'UCLA three-item loneliness scale', 3, 9, 0, false, true, 'Free to use with attribution'),
  ('6MWT', 6, 'Six-minute walk test, metres', 0, 1000, 0, true, true, 'Free to use');
insert into hub.instrument_item (instrument, position, key, label, minimum, maximum, higher_is_better) values
  ('ONS4', 1, 'satisfaction', 'Life satisfaction', 0, 10, true),
  ('ONS4', 2, 'worthwhile', 'Worthwhile', 0, 10, true),
  ('ONS4', 3, 'happiness', 'Happiness yesterday', 0, 10, true),
  ('ONS4', 4, 'anxiety', 'Anxiety yesterday', 0, 10, false);
reset role;
