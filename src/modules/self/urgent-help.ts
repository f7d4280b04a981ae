/** Shown with every self-referral and every escalation, whatever became of it: whoever reads it may need it now. */
export const URGENT_HELP =
  'If you or somebody else is in danger now, call 999 or go to A&E. For urgent mental health help call NHS 111 and choose option 2, ' +
  'at any hour. To talk to somebody, call Samaritans free on 116 123, or text SHOUT to 85258. This service is not an emergency service.';
