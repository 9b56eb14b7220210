"""How efficiently can gradients of many layers be measured?"""
