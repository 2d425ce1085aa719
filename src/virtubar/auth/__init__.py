"""Who somebody is and what they may enter, as signed tokens; pure: time is an argument."""
